// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

/// OpenZeppelin's vault as it is: a gift of its asset is a yield.
contract DevVault is ERC4626 {
    constructor(address asset_, string memory symbol_) ERC20(symbol_, symbol_) ERC4626(IERC20(asset_)) {}
}
