// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

/// What a Comptroller asks for prices; anyone may set them. A price is of 10^18 smallest units of the
/// cToken's underlying, in USD with 18 decimals.
contract DevCTokenOracle {
    bool public constant isPriceOracle = true;
    mapping(address => uint256) public getUnderlyingPrice;

    function setUnderlyingPrice(address cToken, uint256 price) external {
        getUnderlyingPrice[cToken] = price;
    }
}

/// Venus asks an access-control contract who may govern: here everybody.
contract DevAccessControl {
    function isAllowedToCall(address, string calldata) external pure returns (bool) {
        return true;
    }
}
