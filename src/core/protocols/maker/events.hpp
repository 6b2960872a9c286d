// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/event.hpp>

/// The events that carry state, as the contracts declare them (their sources are in rows.hpp).
namespace faultline::maker::events {

using eth::Event;

// Every contract of later dss
using Rely = Event<"Rely(address indexed usr)">;
using Deny = Event<"Deny(address indexed usr)">;
using FileUint = Event<"File(bytes32 indexed what, uint256 data)">;
using FileAddress = Event<"File(bytes32 indexed what, address data)">;

// spot.sol
using Poke = Event<"Poke(bytes32 ilk, bytes32 val, uint256 spot)">;

// dog.sol
using Bark = Event<
    "Bark(bytes32 indexed ilk, address indexed urn, uint256 ink, uint256 art, uint256 due, "
    "address clip, uint256 indexed id)">;
using Digs = Event<"Digs(bytes32 indexed ilk, uint256 rad)">;
using FileIlkUint = Event<"File(bytes32 indexed ilk, bytes32 indexed what, uint256 data)">;
using FileIlkClip = Event<"File(bytes32 indexed ilk, bytes32 indexed what, address clip)">;
using Cage = Event<"Cage()">;

// clip.sol
using Kick = Event<
    "Kick(uint256 indexed id, uint256 top, uint256 tab, uint256 lot, address indexed usr, "
    "address indexed kpr, uint256 coin)">;
using Redo = Event<
    "Redo(uint256 indexed id, uint256 top, uint256 tab, uint256 lot, address indexed usr, "
    "address indexed kpr, uint256 coin)">;
using Take = Event<
    "Take(uint256 indexed id, uint256 max, uint256 price, uint256 owe, uint256 tab, uint256 lot, "
    "address indexed usr)">;
using Yank = Event<"Yank(uint256 id)">;

// osm.sol
using LogValue = Event<"LogValue(bytes32 val)">;

// DssLitePsm.sol, DssPsm.sol
using SellGem = Event<"SellGem(address indexed owner, uint256 value, uint256 fee)">;
using BuyGem = Event<"BuyGem(address indexed owner, uint256 value, uint256 fee)">;

// Dai, USDC, sUSDS, stUSDS
using Transfer = Event<"Transfer(address indexed from, address indexed to, uint256 value)">;

// SUsds.sol, StUsds.sol
using Drip = Event<"Drip(uint256 chi, uint256 diff)">;
using Cut = Event<"Cut(uint256 assets, uint256 oldChi, uint256 newChi)">;

// DaiUsds.sol
using DaiToUsds = Event<"DaiToUsds(address indexed caller, address indexed usr, uint256 wad)">;
using UsdsToDai = Event<"UsdsToDai(address indexed caller, address indexed usr, uint256 wad)">;

// LockstakeEngine.sol
using LockstakeOpen = Event<"Open(address indexed owner, uint256 indexed index, address urn)">;
using SelectVoteDelegate = Event<
    "SelectVoteDelegate(address indexed owner, uint256 indexed index, "
    "address indexed voteDelegate)">;
using SelectFarm = Event<
    "SelectFarm(address indexed owner, uint256 indexed index, address indexed farm, uint16 ref)">;
using OnKick = Event<"OnKick(address indexed urn, uint256 wad)">;

// end.sol, ESM.sol
using CageIlk = Event<"Cage(bytes32 indexed ilk)">;
using Thaw = Event<"Thaw()">;
using Flow = Event<"Flow(bytes32 indexed ilk)">;
using Snip = Event<
    "Snip(bytes32 indexed ilk, uint256 indexed id, address indexed usr, uint256 tab, uint256 lot, "
    "uint256 art)">;
using Skip = Event<
    "Skip(bytes32 indexed ilk, uint256 indexed id, address indexed usr, uint256 tab, uint256 lot, "
    "uint256 art)">;
using Skim = Event<"Skim(bytes32 indexed ilk, address indexed urn, uint256 wad, uint256 art)">;
using Free = Event<"Free(bytes32 indexed ilk, address indexed usr, uint256 ink)">;
using Pack = Event<"Pack(address indexed usr, uint256 wad)">;
using Cash = Event<"Cash(bytes32 indexed ilk, address indexed usr, uint256 wad)">;
using Fire = Event<"Fire()">;
using EsmJoin = Event<"Join(address indexed usr, uint256 wad)">;
using DenyProxy = Event<"DenyProxy(address indexed base, address indexed pause)">;

}  // namespace faultline::maker::events
